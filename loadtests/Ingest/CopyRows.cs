using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Contracts.Usage;

namespace Gateway.LoadTests.Ingest;

/// <summary>
/// Rows in the binary format of PostgreSQL's COPY (its documentation, "Binary Format"), made beforehand, so that sending
/// them costs the client next to nothing: what is measured then is PostgreSQL.
/// </summary>
internal sealed class CopyRows
{
    /// <summary>The columns, in the order in which they are written.</summary>
    public const string Columns = """
        event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
        outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes
        """;

    private const short ColumnCount = 18;
    private const short End = -1;
    private static readonly DateTimeOffset PostgresEpoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly ArrayBufferWriter<byte> _rows = new();

    public CopyRows() => _rows.Write(Signature);

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    public void Add(UsageEvent row)
    {
        Count++;
        WriteNumber(ColumnCount);
        Write(row.Id);
        Write((row.Time - PostgresEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        Write(row.Source);
        Write(row.Sequence);
        Write(row.OrganizationId);
        Write(row.ApiKeyId);
        Write(row.RequestId);
        Write(row.Route);
        Write(row.Method);
        Write(row.Path);
        WriteNumber((int)sizeof(short));
        WriteNumber((short)row.Status);
        Write(UsageOutcomeNames.Of(row.Outcome));
        WriteNumber(sizeof(bool));
        _rows.Write([row.Billable ? (byte)1 : (byte)0]);
        Write(row.Units);
        Write(row.DurationMicroseconds);
        Write(row.BackendMicroseconds);
        Write(row.RequestBytes);
        Write(row.ResponseBytes);
    }

    /// <summary>All of it; to be called once, after the last row.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        WriteNumber(End);
        return _rows.WrittenMemory;
    }

    private void Write(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        WriteNumber(bytes.Length);
        _rows.Write(bytes);
    }

    private void Write(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        WriteNumber(bytes.Length);
        _rows.Write(bytes);
    }

    private void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        WriteNumber(bytes.Length);
        _rows.Write(bytes);
    }

    private void WriteNumber(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _rows.Write(bytes);
    }

    private void WriteNumber(short value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        _rows.Write(bytes);
    }
}
