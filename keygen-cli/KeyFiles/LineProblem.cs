namespace Gateway.Keygen.KeyFiles;

/// <summary>Why a line cannot be used.</summary>
/// <param name="Line">Where, from 1.</param>
/// <param name="Problem">For the operator.</param>
internal sealed record LineProblem(int Line, string Problem);
