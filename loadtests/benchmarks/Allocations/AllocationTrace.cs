using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Gateway.Benchmarks.Allocations;

/// <summary>A trace of this process's own allocations: the runtime tells of one in every 100 kB, with its type and its stack.</summary>
internal sealed class AllocationTrace : IDisposable
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const int BufferMegabytes = 256;

    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-allocations-").FullName;

    private string TraceFile => Path.Combine(_directory, "trace.nettrace");

    /// <summary>Records what is allocated while something is done.</summary>
    public async Task RecordAsync(Func<Task> doAsync)
    {
        var keywords = (long)(ClrTraceEventParser.Keywords.GC | ClrTraceEventParser.Keywords.Jit | ClrTraceEventParser.Keywords.JittedMethodILToNativeMap | ClrTraceEventParser.Keywords.Loader);
        var client = new DiagnosticsClient(Environment.ProcessId);
        using var session = client.StartEventPipeSession(
            [new EventPipeProvider(Runtime, EventLevel.Verbose, keywords)], requestRundown: true, BufferMegabytes);
        await using var file = File.Create(TraceFile);
        var copying = session.EventStream.CopyToAsync(file);
        await doAsync();
        await session.StopAsync(CancellationToken.None);
        await copying;
    }

    /// <summary>What was recorded.</summary>
    public IReadOnlyList<Allocation> Read()
    {
        var converted = TraceLog.CreateFromEventPipeDataFile(TraceFile, Path.Combine(_directory, "trace.etlx"));
        using var log = new TraceLog(converted);
        return
        [
            .. log.Events.OfType<GCAllocationTickTraceData>()
                .Select(static tick => new Allocation(tick.TypeName, tick.AllocationAmount64, Frames(tick.CallStack()))),
        ];
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string[] Frames(TraceCallStack? stack)
    {
        var frames = new List<string>();
        for (; stack is not null; stack = stack.Caller)
        {
            frames.Add($"{stack.CodeAddress.ModuleName}!{stack.CodeAddress.FullMethodName}");
        }

        return [.. frames];
    }
}
