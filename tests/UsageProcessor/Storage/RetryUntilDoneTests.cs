using Gateway.UsageProcessor.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Storage;

public sealed class RetryUntilDoneTests
{
    [Fact]
    public async Task Failure_of_what_was_given_up_is_a_cancellation_whatever_it_says()
    {
        using var givingUp = new CancellationTokenSource();
        var retry = new RetryUntilDone(
            new StorageOptions(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)),
            new Blockage(TimeProvider.System, NullLogger<Blockage>.Instance),
            TimeProvider.System,
            NullLogger<RetryUntilDone>.Instance);

        await Assert.ThrowsAsync<OperationCanceledException>(() => retry.RunAsync<bool>(
            async _ =>
            {
                await givingUp.CancelAsync();
                throw new NpgsqlException("broken off");
            },
            givingUp.Token));
    }
}
