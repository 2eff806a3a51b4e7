using System.Net;

namespace Gateway.LocalStack.Demo;

/// <summary>What one client saw. A problem+json answer is the gateway's own, everything else came from the backend.</summary>
internal sealed class ClientTally
{
    private const string RefusalContentType = "application/problem+json";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);

    /// <summary>Answers of the backend.</summary>
    public int Forwarded { get; private set; }

    /// <summary>Those of them that are billed: 2xx, 3xx and 4xx.</summary>
    public int Billable { get; private set; }

    /// <summary>Requests over the limit.</summary>
    public int RateLimited { get; private set; }

    /// <summary>Requests without a valid key. They belong to nobody, so they are not metered.</summary>
    public int Unauthenticated { get; private set; }

    /// <summary>Everything that must have left a row.</summary>
    public int Metered => Forwarded + RateLimited;

    public void Add(HttpResponseMessage response)
    {
        lock (_lock)
        {
            var isRefusal = response.Content.Headers.ContentType?.MediaType == RefusalContentType;
            var answer = $"{(int)response.StatusCode} from the {(isRefusal ? "gateway" : "backend")}";
            _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
            switch (isRefusal, response.StatusCode)
            {
                case (false, var status):
                    Forwarded++;
                    Billable += (int)status < 500 ? 1 : 0;
                    break;
                case (true, HttpStatusCode.TooManyRequests):
                    RateLimited++;
                    break;
                case (true, HttpStatusCode.Unauthorized):
                    Unauthenticated++;
                    break;
                default:
                    throw new InvalidOperationException($"The gateway answered {(int)response.StatusCode}, which this demo does not provoke.");
            }
        }
    }

    /// <summary>Adds another client's.</summary>
    public void Add(ClientTally other)
    {
        Forwarded += other.Forwarded;
        Billable += other.Billable;
        RateLimited += other.RateLimited;
        Unauthenticated += other.Unauthenticated;
    }

    public override string ToString() => string.Join(", ", _answers.Select(answer => $"{answer.Value} × {answer.Key}"));
}
