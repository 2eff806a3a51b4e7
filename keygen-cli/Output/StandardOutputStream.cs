using System.Runtime.InteropServices;

namespace Gateway.Keygen.Output;

/// <summary>The reader of our standard output has gone away, as <c>head</c> does when it has seen enough.</summary>
internal sealed class OutputClosedException() : IOException("standard output was closed by its reader");

/// <summary>
/// Standard output that says when its reader is gone. .NET's own swallows that error, so a list would go on being
/// read from the database for nobody, and a new key would be taken for delivered.
/// </summary>
internal sealed partial class StandardOutputStream(Stream inner) : Stream
{
    private const int Descriptor = 1;
    private const short PollError = 0x8;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);

        // Afterwards, because then whatever the kernel refused is known too.
        if (IsReaderGone())
        {
            throw new OutputClosedException();
        }
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsReaderGone()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        // The writing end of a pipe without a reader is in the state "error", whatever was asked for.
        var descriptor = new PollDescriptor { Descriptor = Descriptor };
        return Poll(ref descriptor, 1, 0) > 0 && (descriptor.Happened & PollError) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
