using System.Runtime.CompilerServices;

namespace Gateway.Keygen.Output;

/// <summary>The first rows of a list, and whether it goes on: ask for one more than <see cref="Rows"/>.</summary>
internal sealed class Cut<T>(long rows)
{
    public long Rows => rows;

    public bool HasMore { get; private set; }

    public async IAsyncEnumerable<T> Of(IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = rows;
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            if (left-- == 0)
            {
                HasMore = true;
                yield break;
            }

            yield return item;
        }
    }
}
