using System.Globalization;
using System.Text;

namespace Gateway.Hosting.Logging;

/// <summary>
/// Lines on their way to an output that may be slow or stuck, as standard output is when nobody reads the pipe. Who adds a line
/// copies it and goes on; one thread writes what has come together. Lines for which there is no room are dropped and counted,
/// and a line says so as soon as the output takes lines again.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    /// <summary>Bytes that may wait; some 30,000 lines of requests.</summary>
    public const int DefaultCapacity = 16 << 20;

    // A buffer that grew in a burst goes on being used up to this size.
    private const int KeptCapacity = 1 << 20;

    // So much is not waited for any longer.
    private const int Plenty = 256 << 10;

    // A write for each line costs more than all that comes before it: what comes within this time is written together.
    private static readonly TimeSpan GatheringTime = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly Stream _output;
    private readonly TimeProvider _timeProvider;
    private readonly int _capacity;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _added = new(0, 1);
    private readonly ManualResetEventSlim _plenty = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;
    private byte[] _waiting = new byte[64 << 10];
    private byte[] _spare = new byte[64 << 10];
    private int _count;
    private long _dropped;
    private long _droppedUnsaid;
    private bool _isSignalled;
    private volatile bool _isCompleted;

    public LineQueue(Stream output, TimeProvider timeProvider, int capacity = DefaultCapacity)
    {
        _output = output;
        _timeProvider = timeProvider;
        _capacity = capacity;
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Lines that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes a line with its end, or drops it. From any thread, without waiting for the output.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_count + line.Length > _capacity || _isCompleted)
            {
                Interlocked.Increment(ref _dropped);
                _droppedUnsaid++;
                return;
            }

            if (_count + line.Length > _waiting.Length)
            {
                Array.Resize(ref _waiting, Math.Min(_capacity, Math.Max(2 * _waiting.Length, _count + line.Length)));
            }

            line.CopyTo(_waiting.AsSpan(_count));
            _count += line.Length;
            if (_count >= Plenty)
            {
                _plenty.Set();
            }

            if (!_isSignalled)
            {
                _isSignalled = true;
                _added.Release();
            }
        }
    }

    /// <summary>Writes what waits, unless the output is stuck.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            _plenty.Set();
            if (!_isSignalled)
            {
                _isSignalled = true;
                _added.Release();
            }
        }

        if (_thread.Join(LastPatience))
        {
            _added.Dispose();
            _plenty.Dispose();
        }
    }

    private void WriteAll()
    {
        while (true)
        {
            _added.Wait();
            _plenty.Wait(GatheringTime);
            var (bytes, count, dropped) = Take();
            TryWrite(bytes.AsSpan(0, count));
            if (dropped > 0)
            {
                TryWrite(Encoding.UTF8.GetBytes(DroppedLine(dropped)));
            }

            if (_isCompleted)
            {
                // What came between the last two looks.
                (bytes, count, _) = Take();
                TryWrite(bytes.AsSpan(0, count));
                return;
            }
        }
    }

    private (byte[] Bytes, int Count, long Dropped) Take()
    {
        lock (_lock)
        {
            var taken = (_waiting, _count, _droppedUnsaid);
            _waiting = _spare.Length <= KeptCapacity ? _spare : new byte[KeptCapacity];
            _spare = taken._waiting;
            _count = 0;
            _droppedUnsaid = 0;
            _isSignalled = false;
            if (!_isCompleted)
            {
                _plenty.Reset();
            }

            return taken;
        }
    }

    private void TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _output.Write(bytes);
            _output.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, or nobody who reads: there is nowhere left to say so.
        }
    }

    private string DroppedLine(long dropped) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"time":"{{_timeProvider.GetUtcNow().UtcDateTime:O}}","level":"error","logger":"log","message":"{{dropped}} lines of the log were dropped, standard output did not take them","dropped":{{dropped}}}""") + "\n";
}
