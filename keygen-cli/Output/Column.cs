namespace Gateway.Keygen.Output;

/// <summary>One column of a list.</summary>
/// <param name="Header">What people read above it; programs get no header.</param>
/// <param name="Value">Text, a number, a time or nothing; <see cref="Cell"/> writes it.</param>
internal sealed record Column<T>(string Header, Func<T, object?> Value)
{
    /// <summary>Numbers stand on the right, so that they can be compared.</summary>
    public bool IsNumber { get; init; }

    /// <summary>What is to be copied stays in one piece.</summary>
    public bool IsUnbroken { get; init; }

    /// <summary>What its color says of a row, on a terminal; <c>null</c> for nothing.</summary>
    public Func<T, Tone>? Tone { get; init; }
}
