using System.Text;
using Gateway.Keygen.Commands;

namespace Gateway.Keygen.KeyFiles;

/// <summary>Reads a file of keys (CSV, UTF-8), all of it before anything is made of it.</summary>
/// <param name="Rows">What can be used.</param>
/// <param name="Problems">Every line that cannot.</param>
internal sealed record KeyFile(IReadOnlyList<KeyRow> Rows, IList<LineProblem> Problems)
{
    /// <summary>They are in memory at once, so that all or none are made.</summary>
    public const int MaximumKeys = 100_000;

    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <param name="surroundings">For standard input, and the clock that durations count from.</param>
    /// <param name="path">Which file.</param>
    /// <param name="hasOrganization">Whether lines may go without an organization.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">It cannot be read, or is not such a file at all.</exception>
    public static async Task<KeyFile> ReadAsync(Surroundings surroundings, string path, bool hasOrganization, CancellationToken cancellationToken)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            {
                throw new CsvException("that is no file name");
            }

            if (path == StandardInput)
            {
                return await ReadAsync(surroundings.Input, surroundings.Time, hasOrganization, cancellationToken);
            }

            using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return await ReadAsync(reader, surroundings.Time, hasOrganization, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or CsvException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} cannot be read: {(exception is DecoderFallbackException ? "it is not UTF-8" : exception.Message)}");
        }
    }

    private static async Task<KeyFile> ReadAsync(TextReader text, TimeProvider clock, bool hasOrganization, CancellationToken cancellationToken)
    {
        var reader = new CsvReader(text);
        var header = await reader.ReadAsync(cancellationToken)
            ?? throw new CsvException($"it is empty; its first line names the columns: {string.Join(',', KeyRowReader.Columns)}");
        var rowReader = KeyRowReader.TryCreate(header, clock, hasOrganization, out var headerProblem)
            ?? throw new CsvException($"line {reader.Line}: {headerProblem}");
        var rows = new List<KeyRow>();
        var problems = new List<LineProblem>();
        while (await reader.ReadAsync(cancellationToken) is { } fields)
        {
            if (rows.Count + problems.Count == MaximumKeys)
            {
                throw new CsvException($"it has more than {MaximumKeys} keys, and that many are made at once at most; split it");
            }

            if (rowReader.TryRead(reader.Line, fields, out var problem) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                problems.Add(new LineProblem(reader.Line, problem!));
            }
        }

        return rows.Count + problems.Count > 0 ? new KeyFile(rows, problems) : throw new CsvException("it has no keys, only the line that names the columns");
    }
}
