using System.Text;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Reporting;

/// <summary>For people at a terminal.</summary>
internal static class TextReport
{
    // What a generator adds by itself; beyond, a figure says as much about it as about the gateway.
    private const double LateMilliseconds = 10;
    private const double Mebibyte = 1 << 20;

    public static string Of(NodeStats stats)
    {
        var text = new StringBuilder();
        text.AppendLine($"{stats.Name} on {stats.Target}; {stats.Cores} cores, load {stats.Load:0.0}; latencies in ms, from when a request was due");
        text.AppendLine($"{"scenario",-14} {"requests",9} {"a second",9} {"MiB/s",7} {"p50",8} {"p95",8} {"p99",8} {"p99.9",8} {"largest",8} {"sent late p99",13}  answers");
        foreach (var one in stats.Scenarios)
        {
            text.AppendLine(
                $"{one.Name,-14} {one.Requests,9} {one.RequestsPerSecond,9:0.0} {one.Bytes / Mebibyte / Math.Max(1, one.Requests) * one.RequestsPerSecond,7:0.0} "
                + $"{one.Latency?.P50,8:0.00} {one.Latency?.P95,8:0.00} {one.Latency?.P99,8:0.00} {one.Latency?.P999,8:0.00} {one.Latency?.Maximum,8:0.00} {one.Late?.P99,13:0.00}  "
                + ScenarioStats.ToText(one.Statuses));
        }

        if (stats.Scenarios.Any(static one => one.Late?.P99 > LateMilliseconds))
        {
            var most = stats.Scenarios.Max(static one => one.Late?.Maximum);
            text.AppendLine($"! The generator could not keep up: the latencies contain how late it was, {most:0} ms at most.");
        }

        if (stats.Gateway is [var first, .., var last])
        {
            var (cpu, requests) = (last.CpuSeconds - first.CpuSeconds, stats.Scenarios.Sum(static one => one.Requests));
            text.AppendLine(
                $"gateway: {cpu:0.0} CPU seconds, {1000 * cpu / Math.Max(1, requests):0.000} ms a request; "
                + $"memory of its own {first.OwnBytes / Mebibyte:0} MiB at first, {last.OwnBytes / Mebibyte:0} MiB at last");
        }

        if (stats.Usage is { } usage)
        {
            text.AppendLine(
                $"usage: {usage.Answered} answers to be billed (with the warm-up), {usage.BillableRows} billable rows, {usage.BillableInLedger} in the ledger; "
                + $"the backend got {usage.AtBackend} requests");
        }

        foreach (var threshold in stats.Thresholds)
        {
            text.AppendLine($"{threshold}");
        }

        return text.ToString().TrimEnd();
    }
}
