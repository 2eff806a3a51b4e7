using Gateway.LoadTests.Ingest;

namespace Gateway.LoadTests.Tests.Ingest;

public sealed class StatementCostTests
{
    [Theory]
    [InlineData("COPY staged (a, b) FROM STDIN (FORMAT binary)", "COPY staged")]
    [InlineData("WITH new AS (INSERT INTO events SELECT a FROM staged) INSERT INTO totals SELECT 1", "INSERT INTO events")]
    [InlineData("WITH held AS (SELECT 1 FROM offsets AS stored FOR UPDATE OF stored) UPDATE offsets SET a = $1", "UPDATE offsets")]
    [InlineData("INSERT INTO known AS k (a) SELECT 1 ON CONFLICT (a) DO UPDATE SET a = $1", "INSERT INTO known")]
    [InlineData("commit", "COMMIT")]
    [InlineData("SELECT sum(next_offset) FROM offsets", "other")]
    public void Kind_is_the_first_table_that_a_statement_writes(string sql, string kind) => Assert.Equal(kind, StatementCost.KindOf(sql));

    [Fact]
    public void Costs_of_the_same_kind_are_added_up_the_costliest_first() => Assert.Equal(
        [new StatementCost("INSERT INTO a", 5, 30), new StatementCost("COPY b", 1, 20)],
        StatementCost.Of([("INSERT INTO a SELECT 1", 2, 10), ("COPY b FROM STDIN", 1, 20), ("INSERT INTO a SELECT 2", 3, 20)]));
}
