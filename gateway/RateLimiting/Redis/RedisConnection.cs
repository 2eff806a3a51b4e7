using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// The connection to Redis, made in the background: nobody waits for it. The client brings back a connection that was
/// closed but not one that has died without a word, so the whole client can be replaced by a fresh one.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly RedisOptions _options;
    private readonly Lock _replacing = new();
    private Task _connecting;
    private volatile IDatabase? _database;
    private bool _isDisposed;

    public RedisConnection(RedisOptions options)
    {
        _options = options;
        _connecting = Task.Run(ConnectAsync);
    }

    /// <summary>Null until it is there for the first time.</summary>
    public IDatabase? Database => _database;

    /// <summary>Where Redis is said to be, without any password.</summary>
    public string Description => RedisUrl.Describe(_options.Connection);

    /// <summary>Puts a fresh client in the place of this one; completes when that has been tried.</summary>
    public Task ReplaceAsync()
    {
        lock (_replacing)
        {
            // One at a time, and none that nobody would close.
            return _connecting.IsCompleted && !_isDisposed ? _connecting = Task.Run(ConnectAsync) : _connecting;
        }
    }

    public void Dispose()
    {
        lock (_replacing)
        {
            _isDisposed = true;
            Close(_database);
        }
    }

    private static void Close(IDatabase? database)
    {
        try
        {
            database?.Multiplexer.Close(allowCommandsToComplete: false);
        }
        catch (Exception)
        {
            // Nobody needs it any more, and whoever replaces it must not end with it.
        }
    }

    private async Task ConnectAsync()
    {
        ConnectionMultiplexer fresh;
        try
        {
            fresh = await ConnectionMultiplexer.ConnectAsync(_options.Connection.Clone());
        }
        catch (Exception)
        {
            // Whoever wants the connection says that there is none, and whoever watches over it tries again.
            return;
        }

        lock (_replacing)
        {
            if (_isDisposed)
            {
                fresh.Close(allowCommandsToComplete: false);
                return;
            }

            var old = _database;
            _database = fresh.GetDatabase();
            Close(old);
        }
    }
}
