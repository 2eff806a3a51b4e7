using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>Tells a script that is wrong from a Redis that cannot.</summary>
internal static class ScriptFault
{
    /// <summary>
    /// Redis has run the script and the script has failed on its own account. Redis 7 puts the code of a failed command
    /// first (<c>OOM …</c>); Redis 6 hides it in a Lua error (<c>ERR Error running script … -OOM …</c>).
    /// </summary>
    public static bool Is(Exception exception) =>
        exception is RedisServerException
        && (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal)
            || (exception.Message.StartsWith("ERR ", StringComparison.Ordinal)
                && exception.Message.Contains("user_script", StringComparison.Ordinal)
                && !HidesCode(exception.Message)));

    // "-OOM command not allowed": a dash, then a word in capitals.
    private static bool HidesCode(string message)
    {
        for (var dash = message.IndexOf('-', StringComparison.Ordinal); dash >= 0; dash = message.IndexOf('-', dash + 1))
        {
            var code = message.AsSpan(dash + 1);
            if (code.IndexOfAnyExceptInRange('A', 'Z') > 2 && !code.StartsWith("ERR") && !code.StartsWith("WRONGTYPE"))
            {
                return true;
            }
        }

        return false;
    }
}
