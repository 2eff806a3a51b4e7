using System.Diagnostics;
using Dapper;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts;
using Gateway.Database;
using Gateway.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gateway.Benchmarks.Keys;

/// <summary>How long a gateway's start takes until it has all keys, and how much memory they are.</summary>
internal static class KeyLoad
{
    private const int Failed = 1;
    private const int Rounds = 5;

    private const string Insert =
        """
        INSERT INTO organizations (id, name)
        SELECT md5('o' || number)::uuid, 'Organization ' || number FROM generate_series(0, @count / 100) AS number;
        INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
        SELECT md5('o' || number / 100)::uuid, 'benchmark', sha256(convert_to('key ' || number, 'UTF8')), 'sk_test_abcd'
        FROM generate_series(1, @count) AS number;
        """;

    public static async Task<int> RunAsync(int count)
    {
        var url = Environment.GetEnvironmentVariable(EnvironmentVariables.DatabaseUrl);
        if (string.IsNullOrEmpty(url))
        {
            await Console.Error.WriteLineAsync($"{EnvironmentVariables.DatabaseUrl} is not set.");
            return Failed;
        }

        await using var dataSource = new NpgsqlDataSourceBuilder(DatabaseUrl.Parse(url).ConnectionString).Build();
        await using (var connection = await dataSource.OpenConnectionAsync())
        {
            if (await connection.ExecuteScalarAsync<bool>("SELECT exists (SELECT FROM api_keys)"))
            {
                await Console.Error.WriteLineAsync("There are keys in this database. Give an empty one: the benchmark fills it.");
                return Failed;
            }

            await connection.ExecuteAsync(Insert, new { count }, commandTimeout: 0);
            await connection.ExecuteAsync("VACUUM ANALYZE api_keys", commandTimeout: 0);
        }

        var limits = new LimitColumns(
            RateLimitOptions.Read(new ConfigurationBuilder().Build()), new QuotaTimeZones(NullLogger<QuotaTimeZones>.Instance));
        var reader = new KeyReader(new KeyDatabase(dataSource), new KeyColumns(limits));
        var seconds = new List<double>();
        var bytes = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var table = KeyMemory.NewTable();
            var before = round == 0 ? GC.GetTotalMemory(forceFullCollection: true) : 0;
            var started = Stopwatch.GetTimestamp();
            await reader.RefreshAsync(table);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (round == 0)
            {
                // Of the first one only: while the next is measured, the driver still holds on to the one before.
                bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)table.Count;
            }
        }

        seconds.Sort();
        Console.WriteLine($"{count:N0} keys: median {seconds[Rounds / 2]:0.00} s, from {seconds[0]:0.00} to {seconds[^1]:0.00} s, {Rounds} rounds");
        Console.WriteLine($"{bytes:0} bytes a key in memory; the process takes {Environment.WorkingSet / 1024 / 1024:N0} MiB");
        return 0;
    }
}
