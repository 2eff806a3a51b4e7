using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gateway.LoadTests.Wire;

/// <summary>
/// Says which of many sockets have something to read (epoll(7)): one thread serves them all, without a thread-pool hop or an
/// allocation a request, so that what makes the load takes little from what is measured.
/// </summary>
internal sealed unsafe partial class Readable : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const uint Input = 1;
    private const int Interrupted = 4;
    private const int MostAtOnce = 64;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // PR_SET_TIMERSLACK: threads are usually woken up to 50 µs late, and all that is due later would be, too.
    private const int SetTimerSlack = 29;

    // SCHED_FIFO, lowest priority: before all that is not of real time. A nice value would not do, it counts within a session only
    // where the kernel groups by sessions (sched(7), "The autogroup feature"), and each server has one of its own.
    private const int FirstInFirstOut = 1;
    private const int LowestPriority = 1;

    // struct epoll_event is packed on x86-64, and there alone.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(long);

    private readonly byte[] _events = new byte[MostAtOnce * 16];
    private readonly int _descriptor;

    public Readable()
    {
        _descriptor = EpollCreate(CloseOnExec);
        ThrowIf(_descriptor < 0);
    }

    /// <summary>Timers of the calling thread are exact from now on.</summary>
    public static void WakeExactly() => _ = ThreadControl(SetTimerSlack, 1);

    /// <summary>
    /// The calling thread goes before whom it measures from now on: its own lateness would look like theirs. Only root may
    /// go first; for others nothing changes.
    /// </summary>
    public static void GoFirst()
    {
        var priority = LowestPriority;
        _ = SetScheduler(0, FirstInFirstOut, &priority);
    }

    /// <summary>Watches a socket from now on; one that is closed is forgotten by itself.</summary>
    /// <param name="socket">Its descriptor.</param>
    /// <param name="number">What <see cref="Number"/> calls it.</param>
    public void Watch(nint socket, int number)
    {
        var description = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(description, sizeof(uint)), Input);
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(description + DataOffset, sizeof(long)), number);
        ThrowIf(EpollControl(_descriptor, Add, (int)socket, description) < 0);
    }

    /// <summary>Waits until there is something to read, or for so many ticks of <see cref="Stopwatch"/>; answers how many sockets have.</summary>
    public int Wait(long ticks)
    {
        var nanoseconds = (long)(ticks * ((double)NanosecondsPerSecond / Stopwatch.Frequency));
        var timeout = stackalloc long[] { nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond };
        fixed (byte* events = _events)
        {
            var count = EpollWait(_descriptor, events, MostAtOnce, timeout, 0);
            if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            {
                return 0;
            }

            ThrowIf(count < 0);
            return count;
        }
    }

    /// <summary>Which socket it is, of those that <see cref="Wait"/> has just found.</summary>
    public int Number(int index) => (int)BinaryPrimitives.ReadInt64LittleEndian(_events.AsSpan((index * EventSize) + DataOffset));

    public void Dispose() => _ = Close(_descriptor);

    private static void ThrowIf(bool hasFailed)
    {
        if (hasFailed)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EpollControl(int descriptor, int operation, int socket, byte* description);

    // With nanoseconds, from glibc 2.35 and Linux 5.11 on.
    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EpollWait(int descriptor, byte* events, int maximum, long* timeout, nint signals);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ThreadControl(int option, nuint value);
}
