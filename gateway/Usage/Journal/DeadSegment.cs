namespace Gateway.Usage.Journal;

/// <summary>A file of a dead journal in memory, one at a time. What cannot be read is zeros.</summary>
internal sealed class DeadSegment(string directory)
{
    // No segment is ever larger; whatever is longer is none.
    private const int MaximumBytes = 64 << 20;
    private const int ChunkBytes = 64 << 10;

    private byte[] _bytes = [];
    private int _length;

    public bool IsLoaded { get; private set; }

    public long Number { get; private set; }

    /// <summary>Reads that failed.</summary>
    public long Failures { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <exception cref="IOException">It cannot be opened now (too many open files): that is no reason to give up what it holds.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor is this.</exception>
    public void Load(long number)
    {
        Number = number;
        IsLoaded = true;
        _length = 0;
        try
        {
            using var file = File.OpenHandle(Path.Combine(directory, Segment.FileName(number)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = (int)Math.Min(RandomAccess.GetLength(file), MaximumBytes);
            if (_bytes.Length < length)
            {
                _bytes = GC.AllocateUninitializedArray<byte>(length);
            }

            while (_length < length)
            {
                _length += ReadChunk(file, Math.Min(ChunkBytes, length - _length));
            }
        }
        catch (FileNotFoundException)
        {
            Failures++;
        }
    }

    public void Unload()
    {
        IsLoaded = false;
        _length = 0;
    }

    private int ReadChunk(Microsoft.Win32.SafeHandles.SafeFileHandle file, int bytes)
    {
        var chunk = _bytes.AsSpan(_length, bytes);
        try
        {
            var read = RandomAccess.Read(file, chunk, _length);
            chunk[read..].Clear();
        }
        catch (IOException)
        {
            chunk.Clear();
            Failures++;
        }

        return bytes;
    }
}
