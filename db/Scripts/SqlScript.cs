namespace Gateway.Database.Scripts;

/// <summary>
/// Splits a file into statements as psql does (psqlscan.l), so that an error can be traced to its line: PostgreSQL says
/// where in a statement, and only the splitter knows where in the file. Text that does not parse is left to PostgreSQL to refuse.
/// </summary>
internal sealed class SqlScript
{
    private readonly string _sql;
    private readonly List<SqlStatement> _statements = [];
    private readonly List<string> _words = [];
    private int _position;
    private int _start = -1;
    private int _bodyStart = -1;
    private int _parentheses;
    private int _atomicBlocks;
    private bool _hasInnerSemicolon;

    private SqlScript(string sql) => _sql = sql;

    public static IReadOnlyList<SqlStatement> Split(string sql)
    {
        var script = new SqlScript(sql);
        while (script._position < sql.Length)
        {
            script.ReadToken();
        }

        script.EndStatement();
        return script._statements;
    }

    private void ReadToken()
    {
        var token = SqlToken.Read(_sql, _position);
        if (token.Kind is SqlTokenKind.Blank)
        {
            _position = token.End;
            return;
        }

        if (token.Kind is SqlTokenKind.Semicolon && _parentheses == 0 && _atomicBlocks == 0)
        {
            EndStatement();
            _position = token.End;
            return;
        }

        if (_start < 0)
        {
            _start = _position;
        }

        switch (token.Kind)
        {
            case SqlTokenKind.Semicolon:
                _hasInnerSemicolon = true;
                break;
            case SqlTokenKind.OpeningParenthesis:
                _parentheses++;
                break;
            case SqlTokenKind.ClosingParenthesis:
                _parentheses = Math.Max(0, _parentheses - 1);
                break;
            case SqlTokenKind.Word:
                CountWord(_sql[_position..token.End].ToLowerInvariant());
                break;
            case SqlTokenKind.Constant when _bodyStart < 0:
                _bodyStart = token.ContentStart;
                break;
        }

        _position = token.End;
    }

    private void EndStatement()
    {
        if (_start >= 0)
        {
            _statements.Add(new SqlStatement(
                _sql[_start.._position],
                1 + _sql.AsSpan(0, _start).Count('\n'),
                _words.FirstOrDefault(string.Empty),
                _bodyStart < 0 ? -1 : _bodyStart - _start,
                _hasInnerSemicolon));
        }

        _start = -1;
        _bodyStart = -1;
        _parentheses = 0;
        _atomicBlocks = 0;
        _hasInnerSemicolon = false;
        _words.Clear();
    }

    /// <summary>The body of CREATE FUNCTION … BEGIN ATOMIC … END has semicolons of its own; CASE ends with END too.</summary>
    private void CountWord(string word)
    {
        if (_words.Count < 4)
        {
            _words.Add(word);
        }

        if (_parentheses > 0 || !CreatesRoutine)
        {
            return;
        }

        _atomicBlocks += word switch
        {
            "begin" => 1,
            "case" when _atomicBlocks > 0 => 1,
            "end" when _atomicBlocks > 0 => -1,
            _ => 0,
        };
    }

    private bool CreatesRoutine => _words is ["create", "function" or "procedure", ..] or ["create", "or", "replace", "function" or "procedure"];
}
