using Gateway.Contracts.Usage;
using Gateway.Database;
using Gateway.Testing;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Storage;

public sealed class EventRowsTests(TestServers servers)
{
    [Fact]
    public async Task Rows_arrive_in_PostgreSQL_as_the_events_were()
    {
        var events = SampleEvents.Many(100);
        events[7] = events[7] with { Path = "/größe/价格/🙂", Sequence = long.MaxValue };
        var rows = new EventRows(portionBytes: 64);
        foreach (var one in events)
        {
            rows.Add(one);
        }

        rows.End();

        await using var connection = new NpgsqlConnection(DatabaseUrl.Parse(await servers.CreateDatabaseAsync()).ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY usage_events ({Statements.EventColumns}) FROM STDIN (FORMAT binary)", TestContext.Current.CancellationToken))
        {
            await copy.WriteAsync(rows.Bytes, TestContext.Current.CancellationToken);
        }

        await using var command = new NpgsqlCommand($"SELECT {Statements.EventColumns} FROM usage_events ORDER BY sequence", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        foreach (var one in events.OrderBy(one => one.Sequence))
        {
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            var row = new object[18];
            reader.GetValues(row);
            Assert.Equal(
                [
                    one.Id, one.Time.UtcDateTime, one.Source, one.Sequence, one.OrganizationId, one.ApiKeyId, one.RequestId, one.Route, one.Method,
                    one.Path, (short)one.Status, UsageOutcomeNames.Of(one.Outcome), one.Billable, one.Units,
                    one.DurationMicroseconds, one.BackendMicroseconds, one.RequestBytes, one.ResponseBytes,
                ],
                row);
        }
    }
}
