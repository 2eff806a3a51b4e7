namespace Gateway.Database.Scripts;

/// <summary>One statement of a file, and where in the file it is.</summary>
/// <param name="Text">The statement as it is written, from its first word, without the semicolon.</param>
/// <param name="FirstLine">The line of its first word, from 1.</param>
/// <param name="FirstWord">That word in lower case; empty where it starts with something else.</param>
/// <param name="BodyStart">Where in the text its first string constant begins (behind the quote): the body of a DO; -1 for none.</param>
/// <param name="HasInnerSemicolon">Whether it has semicolons that end only a part of it, as BEGIN ATOMIC … END has.</param>
internal sealed record SqlStatement(string Text, int FirstLine, string FirstWord, int BodyStart, bool HasInnerSemicolon)
{
    /// <summary>
    /// What to give to Npgsql, which cuts commands at every semicolon outside of quotes. PL/pgSQL runs a quoted statement
    /// as it is, and its errors come with the place in it all the same.
    /// </summary>
    public string Command
    {
        get
        {
            if (!HasInnerSemicolon)
            {
                return Text;
            }

            var tag = "statement";
            while (Text.Contains($"${tag}$", StringComparison.Ordinal))
            {
                tag += "_";
            }

            return $"DO $block_{tag}$ BEGIN EXECUTE ${tag}${Text}${tag}$; END $block_{tag}$";
        }
    }

    /// <summary>Whether it would end the transaction that a script runs in.</summary>
    public bool ControlsTransaction => FirstWord is "begin" or "start" or "commit" or "end" or "rollback" or "abort";

    /// <summary>Whether it is an anonymous block of PL/pgSQL.</summary>
    public bool IsBlock => FirstWord == "do";

    /// <summary>The file's line that a place in the text is on.</summary>
    public int LineAt(int index) => FirstLine + Text.AsSpan(0, Math.Clamp(index, 0, Text.Length)).Count('\n');

    /// <summary>The index of PostgreSQL's nth character, counted from 1: it counts code points, .NET counts UTF-16 units.</summary>
    public static int IndexOfCharacter(string text, int number)
    {
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (--number <= 0)
            {
                break;
            }

            index += rune.Utf16SequenceLength;
        }

        return index;
    }
}
