using System.Globalization;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Usage.Journal;

/// <summary>
/// A file of a journal, of fixed size, written through a memory map by many threads at once. A store into a map whose page
/// the disk has no room for would kill the process (SIGBUS), so the file is allocated (fallocate) and filled with zeros
/// through ordinary writes, which answer with an error instead, before it is mapped.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    /// <summary>Names the version of the format, too: files with another ending are left alone.</summary>
    public const string Extension = ".journal1";

    private const int ZeroBytes = 64 << 10;
    private const int PageBytes = 4096;
    private const int CountBits = 32;

    private static readonly byte[] Zeros = new byte[ZeroBytes];

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;

    // Two in one, so that counting costs nothing: the tail (32 bits) and above it the number of reservations.
    private long _tail;

    private Segment(string path, long number, int size, SafeFileHandle file)
    {
        Path = path;
        Number = number;
        Size = size;
        _file = file;
        _map = MemoryMappedFile.CreateFromFile(file, mapName: null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, size, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);

        // The map's pages are there when a request writes the first time.
        for (var offset = 0; offset < size; offset += PageBytes)
        {
            Volatile.Write(ref _bytes[offset], 0);
        }
    }

    public string Path { get; }

    public long Number { get; }

    public int Size { get; }

    /// <summary>How far it is reserved; beyond <see cref="Size"/> once somebody found no room.</summary>
    public uint Tail => (uint)Volatile.Read(ref _tail);

    /// <summary>How often room was asked for.</summary>
    public long Reservations => Volatile.Read(ref _tail) >> CountBits;

    public ReadOnlySpan<byte> Span => new(_bytes, Size);

    public static string FileName(long number) => number.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The numbers of the segments in a directory, in order.</summary>
    public static IReadOnlyList<long> Numbers(string directory)
    {
        var numbers = new List<long>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= int.MaxValue)
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Makes a new file. Takes some milliseconds.</summary>
    /// <exception cref="IOException">There is no room; nothing is left behind.</exception>
    public static Segment Create(string directory, long number, int size)
    {
        var path = System.IO.Path.Combine(directory, FileName(number));
        SafeFileHandle? file = null;
        try
        {
            // Throws where the disk has no room; does nothing where the file system cannot allocate. Then the zeros do.
            file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, size);
            for (long offset = 0; offset < size; offset += ZeroBytes)
            {
                RandomAccess.Write(file, Zeros.AsSpan(0, (int)Math.Min(ZeroBytes, size - offset)), offset);
            }

            return new Segment(path, number, size, file);
        }
        catch
        {
            file?.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Sets room aside. Only who gets a place that ends within <see cref="Size"/> has it, and must write there.</summary>
    public uint Reserve(int size) => (uint)Interlocked.Add(ref _tail, (1L << CountBits) + size) - (uint)size;

    /// <summary>No reservation gets room any more.</summary>
    /// <returns>How far it was reserved.</returns>
    public uint Close()
    {
        while (true)
        {
            var tail = Volatile.Read(ref _tail);
            var closed = (tail & ~(long)uint.MaxValue) | Math.Max((uint)tail, (uint)Size);
            if (Interlocked.CompareExchange(ref _tail, closed, tail) == tail)
            {
                return Math.Min((uint)tail, (uint)Size);
            }
        }
    }

    /// <summary>Writes a record: whoever sees its header sees all of it.</summary>
    public void Write(int offset, ulong header, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(new Span<byte>(_bytes + offset + RecordFormat.HeaderBytes, payload.Length));
        Volatile.Write(ref *(ulong*)(_bytes + offset), header);
    }

    /// <summary>Puts what was written onto the disk: fsync writes what came through the map, too.</summary>
    public void Sync() => RandomAccess.FlushToDisk(_file);

    /// <summary>Nobody may write or read any more.</summary>
    public void Dispose()
    {
        // In this order: the view alone would write everything to disk and wait for it.
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.SafeMemoryMappedViewHandle.Dispose();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    /// <summary>As <see cref="Dispose"/>, and the file is gone, unless the disk fails: then whoever finds it reads it once more.</summary>
    public void Delete()
    {
        Dispose();
        TryDelete(Path);
    }

    public static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
