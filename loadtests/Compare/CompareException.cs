namespace Gateway.LoadTests.Compare;

/// <summary>It could not be compared, and this is why.</summary>
internal sealed class CompareException(string message) : Exception(message);
