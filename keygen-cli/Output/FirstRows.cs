using System.Runtime.CompilerServices;

namespace Gateway.Keygen.Output;

/// <summary>The first rows of a list, and whether it goes on: one more than wanted has to be asked for.</summary>
/// <param name="wanted">How many.</param>
internal sealed class FirstRows<T>(long wanted)
{
    public long Wanted => wanted;

    /// <summary>How many to ask for.</summary>
    public long Asked => wanted + 1;

    /// <summary>Known when all of them have been read.</summary>
    public bool HasMore { get; private set; }

    public async IAsyncEnumerable<T> OfAsync(IAsyncEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = wanted;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (left-- == 0)
            {
                HasMore = true;
                yield break;
            }

            yield return row;
        }
    }
}
