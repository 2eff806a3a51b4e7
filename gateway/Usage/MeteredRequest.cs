using Gateway.Requests;
using Gateway.Usage.Journal;

namespace Gateway.Usage;

/// <summary>
/// A request on its way into the journal: it is written down when its answer is about to leave, so that whatever a client has
/// seen survives this process, and completed when it is over. A request without an answer is written down once.
/// </summary>
internal sealed class MeteredRequest
{
    private readonly HttpContext _context;
    private readonly UsageMeter _meter;
    private readonly UsageJournal _journal;
    private readonly FullJournalPolicy _whenFull;
    private readonly bool _isLetIn;
    private UsageRecord _begun;
    private Stage _stage;

    /// <param name="context">Its.</param>
    /// <param name="meter">Mints its event.</param>
    /// <param name="journal">Takes it.</param>
    /// <param name="whenFull">What to do where the journal does not.</param>
    /// <param name="isLetIn">Whether there was room in the journal when it came. Without, it goes on unmetered.</param>
    public MeteredRequest(HttpContext context, UsageMeter meter, UsageJournal journal, FullJournalPolicy whenFull, bool isLetIn)
    {
        _context = context;
        _meter = meter;
        _journal = journal;
        _whenFull = whenFull;
        _isLetIn = isLetIn;
        context.Response.OnStarting(static request => ((MeteredRequest)request).BeginAsync(), this);
    }

    private enum Stage
    {
        Unwritten,
        Begun,
        Over,
    }

    /// <summary>The request is over: what is still to be answered is an error of ours, or headers without a body.</summary>
    public void End(long requestBytes, long responseBytes)
    {
        var request = GatewayRequest.Of(_context);
        if (_stage == Stage.Begun)
        {
            _journal.TryAppendEnd(
                _meter.Complete(_begun, request) with { RequestBytes = requestBytes, ResponseBytes = responseBytes }, hasBegun: true);
        }
        else if (_stage == Stage.Unwritten)
        {
            EndUnwritten(request, requestBytes, responseBytes);
        }

        _stage = Stage.Over;
    }

    private void EndUnwritten(GatewayRequest request, long requestBytes, long responseBytes)
    {
        if (!_isLetIn)
        {
            Skip(request.Outcome);
        }
        else if (_meter.TryMint(_context, request.Outcome, request.BackendAnswered, out var record)
            && _journal.TryAppendEnd(record with { RequestBytes = requestBytes, ResponseBytes = responseBytes }, hasBegun: false) != AppendResult.Written)
        {
            Refuse(record.Sequence);
        }
    }

    private Task BeginAsync()
    {
        var request = GatewayRequest.Of(_context);

        // Nobody has judged yet, so it is the backend's answer: refusals of our own are judged before they are written.
        var isForwarded = request.Outcome == default;
        if (_stage != Stage.Unwritten)
        {
            return Task.CompletedTask;
        }

        if (!_isLetIn)
        {
            Skip(isForwarded ? RequestOutcome.Forwarded : request.Outcome);
        }
        else if (_meter.TryMint(_context, isForwarded ? RequestOutcome.Forwarded : request.Outcome, isForwarded || request.BackendAnswered, out _begun))
        {
            _stage = Stage.Begun;
            if (_journal.TryAppendBegin(_begun) != AppendResult.Written)
            {
                Refuse(_begun.Sequence);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Before the answer leaves, as an event would be: who kills the gateway now does not hide that nobody was billed.</summary>
    private void Skip(RequestOutcome outcome)
    {
        if (Billing.ToUsageOutcome(outcome) is not null)
        {
            _stage = Stage.Over;
            _journal.NoteUnmetered(_meter.Skip());
        }
    }

    /// <summary>Room is kept for a request that was let in, so this is a disk that fails, or a gateway whose time to stop is over.</summary>
    private void Refuse(long sequence)
    {
        _stage = Stage.Over;
        if (_whenFull == FullJournalPolicy.GoOn)
        {
            _meter.CountUnmetered();
            _journal.NoteUnmetered(sequence);
            return;
        }

        // It is too late for another answer: none at all is what is neither served nor billed.
        _context.Abort();
        _journal.TakeBack(sequence);
    }
}
