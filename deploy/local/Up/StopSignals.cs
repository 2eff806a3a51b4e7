using System.Runtime.InteropServices;
using Gateway.LocalStack.Output;
using Gateway.LocalStack.Processes;

namespace Gateway.LocalStack.Up;

/// <summary>Ctrl-C, SIGTERM or a closed terminal: the first asks for an orderly stop, the second kills everything at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private const int ExitCodeAfterKill = 137;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private int _received;

    public StopSignals()
    {
        _registrations = ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            .Select(signal => PosixSignalRegistration.Create(signal, Receive))
            .ToList();
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
        {
            _stop.Cancel();
            return;
        }

        Screen.WriteLine("Killed everything.");
        ChildProcess.KillAll();
        Environment.Exit(ExitCodeAfterKill);
    }
}
