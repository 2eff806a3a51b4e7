namespace Gateway.Hosting.Observability;

/// <summary>Metrics that nobody counts up: they are read from those who do the work. So nobody else asks for the class, and <see cref="MetricsExtensions.UseMetrics"/> does.</summary>
#pragma warning disable CA1040 // The interface is the list.
public interface IObservedMetrics;
#pragma warning restore CA1040
