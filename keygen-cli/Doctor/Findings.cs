namespace Gateway.Keygen.Doctor;

/// <summary>What one examination has found so far. Whoever gives it up can still read what it had; what comes later is not taken.</summary>
internal sealed class Findings
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _findings = [];
    private bool _isClosed;

    public void Ok(string check, string seen) => Add(check, FindingResult.Ok, seen, null);

    public void Skip(string check, string seen) => Add(check, FindingResult.Skipped, seen, null);

    public void Warn(string check, string seen, string advice) => Add(check, FindingResult.Warning, seen, advice);

    public void Fail(string check, string seen, string advice) => Add(check, FindingResult.Failed, seen, advice);

    public void Add(string check, FindingResult how, string seen, string? advice)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _findings.Add(new Finding(check, how, seen, advice));
            }
        }
    }

    public void Add(IEnumerable<Finding> findings)
    {
        foreach (var (check, how, seen, advice) in findings)
        {
            Add(check, how, seen, advice);
        }
    }

    /// <summary>All of them, in their order; there will be no more.</summary>
    public IReadOnlyList<Finding> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return _findings;
        }
    }
}
