using System.Diagnostics;
using System.Net.Http.Headers;
using Gateway.Contracts.ApiKeys;
using Gateway.LocalStack.Output;
using Gateway.LocalStack.Up;

namespace Gateway.LocalStack.Demo;

/// <summary>Real requests through the running gateway, some of them refused, and whether the database agrees with the clients.</summary>
internal sealed class Demonstration(HttpClient client, KeygenTool keygen, UsageDatabase database)
{
    private const int BurstRequests = 500;
    private const int BurstClients = 50;
    private const int BurstLimit = 100;

    private static readonly TimeSpan RowsDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RowsInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Answers whether both sides agree.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var strangers = await SendWithoutValidKeyAsync(cancellationToken);
        var regular = await SendRegularAsync(cancellationToken);
        var bursting = await SendBurstAsync(cancellationToken);

        var clients = new ClientTally();
        clients.Add(strangers);
        clients.Add(regular.Tally);
        clients.Add(bursting.Tally);
        var tally = await WaitForRowsAsync([regular.Organization, bursting.Organization], clients.Metered, cancellationToken);
        await ShowDatabaseAsync(tally, [regular, bursting], cancellationToken);
        return ShowComparison(clients, tally, bursting.Tally.Forwarded);
    }

    private async Task<ClientTally> SendWithoutValidKeyAsync(CancellationToken cancellationToken)
    {
        Screen.WriteLine("1. Three requests without a key, two with a key that nobody has");
        var tally = new ClientTally();
        var nobodysKey = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        foreach (var key in (string?[])[null, null, null, nobodysKey, nobodysKey])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders")
            {
                Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
            };
            using var response = await client.SendAsync(request, cancellationToken);
            tally.Add(response);
        }

        Screen.WriteLine($"   got {tally}");
        return tally;
    }

    private async Task<Customer> SendRegularAsync(CancellationToken cancellationToken)
    {
        Screen.WriteLine("2. A new organization: five requests, one that the backend answers with 404 (billable), one with 500 (not billable)");
        var customer = await Customer.CreateAsync(
            keygen, client, "Demo, regular", ["--per-minute", "1000", "--per-day", "1000"], cancellationToken);
        foreach (var path in (string[])["/orders", "/orders/1", "/orders/2", "/orders?page=2", "/", "/status/404", "/status/500"])
        {
            await customer.SendAsync(path, cancellationToken);
        }

        Screen.WriteLine($"   got {customer.Tally}");
        return customer;
    }

    private async Task<Customer> SendBurstAsync(CancellationToken cancellationToken)
    {
        Screen.WriteLine($"3. Another with a limit of {BurstLimit} a day: {BurstRequests} requests from {BurstClients} clients at once");
        var customer = await Customer.CreateAsync(
            keygen, client, "Demo, bursting", ["--per-minute", "100000", "--per-day", $"{BurstLimit}"], cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, BurstRequests),
            new ParallelOptions { MaxDegreeOfParallelism = BurstClients, CancellationToken = cancellationToken },
            async (number, token) => await customer.SendAsync($"/burst/{number}", token));
        Screen.WriteLine($"   got {customer.Tally}");
        return customer;
    }

    private async Task<DatabaseTally> WaitForRowsAsync(Guid[] organizations, int expectedRows, CancellationToken cancellationToken)
    {
        Screen.WriteLine($"4. Rows in the database, as they land ({expectedRows} expected: refused requests without a valid key belong to nobody)");
        var started = Stopwatch.GetTimestamp();
        long? shown = null;
        while (true)
        {
            var tally = await database.ReadAsync(organizations, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (tally.Rows != shown)
            {
                shown = tally.Rows;
                Screen.WriteLine($"   {elapsed.TotalSeconds,4:0.0} s  {tally.Rows} rows");
            }

            if (tally.Rows >= expectedRows || elapsed > RowsDeadline)
            {
                return tally;
            }

            await Task.Delay(RowsInterval, cancellationToken);
        }
    }

    private async Task ShowDatabaseAsync(DatabaseTally tally, Customer[] customers, CancellationToken cancellationToken)
    {
        Screen.WriteLine("5. What the database has");
        foreach (var group in tally.Events)
        {
            Screen.WriteLine($"   usage_events  {group.Rows,4} × {group.Outcome}, {group.Status}, {(group.IsBillable ? "billable" : "not billable")}");
        }

        Screen.WriteLine(
            $"   usage_ledger  {tally.Ledger.Requests} requests, {tally.Ledger.BillableRequests} billable, {tally.Ledger.BillableUnits} units");
        foreach (var customer in customers)
        {
            Screen.WriteLine($"   keygen usage --org-id {customer.Organization}");
            await keygen.ShowAsync(["usage", "--org-id", $"{customer.Organization}"], cancellationToken);
        }
    }

    private static bool ShowComparison(ClientTally clients, DatabaseTally tally, int passedInBurst)
    {
        List<string> differences = [.. tally.DifferencesFrom(clients)];
        if (passedInBurst != BurstLimit)
        {
            differences.Add($"{passedInBurst} requests of the burst passed at a limit of {BurstLimit}");
        }

        var verdict = differences.Count == 0 ? "they agree" : $"THEY DIFFER:\n   {string.Join("\n   ", differences)}";
        Screen.WriteLine(
            $"6. Clients saw {clients.Metered} answered, {clients.Billable} billable; the database has {tally.Rows}, {tally.Ledger.BillableRequests}: {verdict}");
        return differences.Count == 0;
    }
}
