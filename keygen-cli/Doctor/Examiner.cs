using Gateway.Keygen.Commands;
using Gateway.Keygen.Connections;
using Npgsql;

namespace Gateway.Keygen.Doctor;

/// <summary>Runs examinations side by side, each for so long at most: one dependency that hangs hides no other's state.</summary>
internal static class Examiner
{
    /// <summary>How much longer a client may take to notice that it is called off.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromMilliseconds(500);

    private const string MissingRight = "grant the user that right, or name one who has it";

    /// <summary>What each has found, in the order of the examinations.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyList<IExamination> examinations, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var findings = await Task.WhenAll(examinations.Select(examination => RunAsync(examination, deadline, cancellationToken)));
        return [.. findings.SelectMany(static found => found)];
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(IExamination examination, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(deadline);
        var token = time.Token;
        try
        {
            // Begun even if its time is over by then: what it finds before it first looks at the time is kept.
            await Task.Run(() => examination.RunAsync(findings, token), cancellationToken).WaitAsync(deadline + Overtime, cancellationToken);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            findings.Fail(
                examination.Name,
                Describe(exception, deadline),
                exception is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } ? MissingRight : examination.Advice);
        }

        return findings.Close();
    }

    private static string Describe(Exception exception, TimeSpan deadline) => exception switch
    {
        CommandException => exception.Message,
        OperationCanceledException or TimeoutException => $"no answer within {deadline.TotalSeconds:0.#} s",
        NpgsqlException database => DatabaseFailure.Describe(database),
        _ => $"{exception.GetType().Name}: {exception.Message}",
    };
}
