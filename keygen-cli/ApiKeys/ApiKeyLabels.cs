using System.Runtime.CompilerServices;

namespace Gateway.Keygen.ApiKeys;

/// <summary>
/// Puts the names of keys to rows that have only ids: the names may be in another database than the rows, so they cannot
/// be joined there.
/// </summary>
internal static class ApiKeyLabels
{
    /// <summary>Rows that are held at once, to ask for their keys' names together.</summary>
    internal const int RowsPerLookup = 500;

    /// <summary>The same rows in the same order, as they come.</summary>
    /// <param name="rows">Without names.</param>
    /// <param name="keys">Where the names are.</param>
    /// <param name="idOf">The key of a row.</param>
    /// <param name="label">The row with the name. A key that is not known any more leaves its row as it was.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async IAsyncEnumerable<T> AddAsync<T>(
        IAsyncEnumerable<T> rows,
        ApiKeyStore keys,
        Func<T, Guid> idOf,
        Func<T, ApiKeyLabel, T> label,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<T>(RowsPerLookup);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            batch.Add(row);
            if (batch.Count == RowsPerLookup)
            {
                foreach (var labelled in await LabelAsync())
                {
                    yield return labelled;
                }

                batch.Clear();
            }
        }

        foreach (var labelled in await LabelAsync())
        {
            yield return labelled;
        }

        async Task<IEnumerable<T>> LabelAsync()
        {
            var labels = (await keys.LabelsAsync([.. batch.Select(idOf).Distinct()], cancellationToken)).ToDictionary(found => found.Id);
            return batch.Select(row => labels.TryGetValue(idOf(row), out var found) ? label(row, found) : row);
        }
    }
}
