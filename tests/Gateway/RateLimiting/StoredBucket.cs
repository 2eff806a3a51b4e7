using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting;

/// <summary>What Redis has of a bucket.</summary>
/// <param name="Tokens">Units in it.</param>
/// <param name="Leased">Units out of it that are not known to be spent, given back or lapsed.</param>
internal sealed record StoredBucket(long Tokens, long Leased)
{
    /// <summary>One that is not there is full, whatever that is.</summary>
    public static readonly StoredBucket Missing = new(-1, 0);

    public static StoredBucket Of(HashEntry[] fields)
    {
        if (fields.Length == 0)
        {
            return Missing;
        }

        var values = fields.ToDictionary(field => (string)field.Name!, field => (long)field.Value, StringComparer.Ordinal);
        return new StoredBucket(values["tokens"], values["leased"] + values["leased_before"]);
    }
}
