using Gateway.Hosting.Startup;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Hosting.Tests.Startup;

public sealed class DependencyGateTests
{
    [Fact]
    public async Task Gate_opens_only_when_every_dependency_has_been_there_and_says_what_is_missing_until_then()
    {
        var first = new FakeDependency("first") { IsThere = true };
        var second = new FakeDependency("second");
        using var gate = new DependencyGate([first, second], TimeProvider.System, NullLogger<DependencyGate>.Instance);
        await gate.StartAsync(default);

        await Eventually.IsTrueAsync(() => Task.FromResult(gate.Missing.Count == 1 && second.Checks > 1), "one is there, one is asked again");
        Assert.False(gate.IsOpen);
        Assert.Equal(new("second", "second is away"), Assert.Single(gate.Missing));

        second.IsThere = true;
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(gate.IsOpen);
        Assert.Empty(gate.Missing);

        first.IsThere = false;
        Assert.True(gate.IsOpen);
        await gate.StopAsync(default);
    }

    [Fact]
    public async Task Stop_while_waiting_ends_quietly_and_the_gate_stays_closed()
    {
        var dependency = new FakeDependency("missing");
        using var gate = new DependencyGate([dependency], TimeProvider.System, NullLogger<DependencyGate>.Instance);
        await gate.StartAsync(default);
        await Eventually.IsTrueAsync(() => Task.FromResult(dependency.Checks > 0), "it was asked");

        await gate.StopAsync(default);

        Assert.False(gate.ExecuteTask!.IsFaulted);
        Assert.False(gate.IsOpen);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gate.WaitAsync(default));
    }

    [Fact]
    public async Task What_can_be_done_without_is_waited_for_no_longer_than_it_is_worth()
    {
        var needed = new FakeDependency("needed");
        var useful = new FakeDependency("useful") { Patience = TimeSpan.FromMilliseconds(200) };
        using var gate = new DependencyGate([needed, useful], TimeProvider.System, NullLogger<DependencyGate>.Instance);
        await gate.StartAsync(default);

        await Eventually.IsTrueAsync(() => Task.FromResult(gate.Missing.Count == 1 && useful.Checks > 0), "only one is still waited for");
        Assert.Equal("needed", Assert.Single(gate.Missing).Key);
        Assert.False(gate.IsOpen);

        needed.IsThere = true;
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(gate.IsOpen);
        await gate.StopAsync(default);
    }

    private sealed class FakeDependency(string name) : IDependency
    {
        private volatile bool _isThere;
        private int _checks;

        public string Name => name;

        public TimeSpan? Patience { get; init; }

        public bool IsThere
        {
            get => _isThere;
            set => _isThere = value;
        }

        public int Checks => _checks;

        public Task CheckAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _checks);
            return _isThere ? Task.CompletedTask : throw new InvalidOperationException($"{name} is away");
        }
    }
}
