namespace Gateway.LoadTests.Wire;

/// <summary>No load could be made, and this is why.</summary>
internal sealed class WireException(string message) : Exception(message);
