using Gateway.Database;
using Gateway.LoadTests.Ingest;
using Gateway.Testing;
using Npgsql;

namespace Gateway.LoadTests.Tests.Ingest;

public sealed class CopyRowsTests(TestServers servers)
{
    [Fact]
    public async Task Rows_arrive_in_PostgreSQL_as_the_events_were()
    {
        var events = IngestEvents.Mint(set: 1, 100, new DateTimeOffset(2026, 3, 14, 22, 30, 0, TimeSpan.Zero)).ToArray();
        var rows = new CopyRows();
        foreach (var one in events)
        {
            rows.Add(one);
        }

        await using var connection = new NpgsqlConnection(DatabaseUrl.Parse(await servers.CreateDatabaseAsync()).ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY usage_events ({CopyRows.Columns}) FROM STDIN (FORMAT binary)", TestContext.Current.CancellationToken))
        {
            await copy.WriteAsync(rows.ToBytes(), TestContext.Current.CancellationToken);
        }

        await using var command = new NpgsqlCommand($"SELECT {CopyRows.Columns} FROM usage_events ORDER BY event_id", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        foreach (var one in events.OrderBy(one => one.Time))
        {
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            var row = new object[18];
            reader.GetValues(row);
            Assert.Equal(
                [
                    one.Id, one.Time.UtcDateTime, one.Source, one.Sequence, one.OrganizationId, one.ApiKeyId, one.RequestId, one.Route, one.Method,
                    one.Path, (short)one.Status, Contracts.Usage.UsageOutcomeNames.Of(one.Outcome), one.Billable, one.Units,
                    one.DurationMicroseconds, one.BackendMicroseconds, one.RequestBytes, one.ResponseBytes,
                ],
                row);
        }
    }
}
