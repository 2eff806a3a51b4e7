namespace Gateway.Keygen.Output;

/// <summary>What the color of a cell says, where there are colors. Never the only thing that says it.</summary>
internal enum Tone
{
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>Wrong.</summary>
    Bad,

    /// <summary>A bar, or what else is to be seen first.</summary>
    Accent,

    /// <summary>What matters least.</summary>
    Dim,
}
