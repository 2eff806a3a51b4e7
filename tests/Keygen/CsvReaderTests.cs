using Gateway.Keygen.KeyFiles;

namespace Gateway.Keygen.Tests;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a")]
    [InlineData("a,b\n", "1:a|b")]
    [InlineData("a,b\r\nc,d\r\n", "1:a|b 2:c|d")]
    [InlineData("a,,\n,\n", "1:a|| 2:|")]
    [InlineData("\n\na\n\r\nb", "3:a 5:b")]
    [InlineData("\"a,\"\"b\"\"\",c", "1:a,\"b\"|c")]
    [InlineData("\"a\nb\",c\nd", "1:a\nb|c 3:d")]
    [InlineData("\"\"\n\"\",x", "1: 2:|x")]
    [InlineData("a\rb", "1:a\rb")]
    public async Task Records_are_read_with_the_lines_they_begin_on(string text, string records) => Assert.Equal(records, await ReadAsync(new StringReader(text)));

    [Theory]
    [InlineData("a\nb\"c", "line 2 has a quote in a field that does not begin with one")]
    [InlineData("\"a\"b", "line 1 goes on after the quote that ends a field")]
    [InlineData("a\n\"b\nc", "line 2 has a quote that is not closed")]
    public async Task What_is_no_csv_is_refused_with_its_line(string text, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<CsvException>(() => ReadAsync(new StringReader(text)))).Message);

    [Fact]
    public async Task Quote_that_is_never_closed_does_not_take_all_memory()
    {
        using var endless = new EndlessReader();

        Assert.Contains("far too long", (await Assert.ThrowsAsync<CsvException>(() => ReadAsync(endless))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_come_out_whole_wherever_the_text_is_cut()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(n => $"\"na\"\"me {n}\",{n}\r\n"));

        Assert.Equal(
            string.Join(' ', Enumerable.Range(0, 5000).Select(n => $"{n + 1}:na\"me {n}|{n}")), await ReadAsync(new StringReader(text)));
    }

    private static async Task<string> ReadAsync(TextReader text)
    {
        var reader = new CsvReader(text);
        var records = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } fields)
        {
            records.Add($"{reader.Line}:{string.Join('|', fields)}");
        }

        return string.Join(' ', records);
    }

    private sealed class EndlessReader : TextReader
    {
        private bool _hasBegun;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill('x');
            if (!_hasBegun)
            {
                buffer.Span[0] = '"';
                _hasBegun = true;
            }

            return ValueTask.FromResult(buffer.Length);
        }
    }
}
