using System.Globalization;

namespace Gateway.Keygen.Reconciliation;

/// <summary>Sequences that follow one another, both ends included.</summary>
internal readonly record struct SequenceRange(long First, long Last)
{
    public override string ToString() =>
        First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
