using Gateway.Database.Scripts;

namespace Gateway.Database.Tests.Scripts;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2;\n", 2)]
    [InlineData("SELECT 1", 1)]
    [InlineData(" ;; -- nothing\n/* ; */ ", 0)]
    [InlineData("SELECT ';', 'it''s ;', \"a;b\"; SELECT 2", 2)]
    [InlineData("SELECT E'\\';', E'it''s \\' ;'; SELECT 2", 2)]
    [InlineData("SELECT $$;$$, $a$ ; $$ ; $b$ $a$; SELECT 2", 2)]
    [InlineData("SELECT $1; SELECT a$b$c; SELECT 3", 3)]
    [InlineData("SELECT 1 -- ; '\n; SELECT 2 /* ; /* ; */ ' */; SELECT 3", 3)]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3", 2)]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3", 2)]
    [InlineData("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END; SELECT 3", 2)]
    [InlineData("SELECT 'never closed ; ", 1)]
    [InlineData("SELECT $x$ never closed ; ", 1)]
    [InlineData("/* never closed ; ", 0)]
    public void Semicolon_ends_a_statement_only_where_PostgreSQL_says_so(string sql, int statements) =>
        Assert.Equal(statements, SqlScript.Split(sql).Count);

    [Fact]
    public void Statement_knows_its_line_in_the_file()
    {
        var statements = SqlScript.Split("-- one\n\nSELECT 1;\nSELECT\n2; SELECT 3;\n/* six\n*/\nDO $$\nBEGIN\nEND $$;");
        Assert.Equal([3, 4, 5, 8], statements.Select(statement => statement.FirstLine));
        Assert.Equal(["SELECT 1", "SELECT\n2", "SELECT 3", "DO $$\nBEGIN\nEND $$"], statements.Select(statement => statement.Text));
    }

    [Fact]
    public void Every_migration_is_split_into_all_of_its_text()
    {
        foreach (var migration in Gateway.Database.Running.Migration.All)
        {
            Assert.All(SqlScript.Split(migration.Up), statement => Assert.Matches("^(create|do|alter|insert|lock)$", statement.FirstWord));
            Assert.All(SqlScript.Split(migration.Down), statement => Assert.Matches("^(drop|do|alter|delete|create)$", statement.FirstWord));
        }
    }
}
