using System.Diagnostics.Metrics;

namespace Gateway.Testing.Metrics;

/// <summary>The instruments of one application, whether they have measured anything yet or not.</summary>
public static class PublishedInstruments
{
    /// <summary>Their names, as OpenTelemetry's exporter writes them for Prometheus.</summary>
    public static IReadOnlyCollection<string> Of(IMeterFactory factory, string meter)
    {
        List<string> names = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == meter && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    names.Add(PrometheusName(instrument));
                }
            },
        };
        listener.Start();
        return [.. names.Order(StringComparer.Ordinal)];
    }

    private static string PrometheusName(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var kind = instrument.GetType().Name.Contains("Counter", StringComparison.Ordinal) ? "_total" : "";
        return name + unit + kind;
    }
}
