using System.Buffers;
using System.Collections.Frozen;
using Gateway.Hosting.Settings;

namespace Gateway.Validation;

/// <summary>What the gateway lets on to backends at all (section <c>Proxy</c>).</summary>
/// <param name="Methods">The methods, spelled exactly so (<c>Methods</c>, separated by commas).</param>
/// <param name="Allow">The same as the value of <c>Allow</c> in a refusal.</param>
internal sealed record ValidationOptions(FrozenSet<string> Methods, string Allow)
{
    private const string Setting = "Proxy:Methods";
    private const string DefaultMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private const StringSplitOptions SplitOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
    private static readonly SearchValues<char> MethodCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ-");

    /// <exception cref="SettingException">A method is none, or one that is never forwarded.</exception>
    public static ValidationOptions Read(IConfiguration configuration)
    {
        var setting = configuration[Setting];
        var methods = (string.IsNullOrEmpty(setting) ? DefaultMethods : setting).Split(',', SplitOptions);
        foreach (var method in methods)
        {
            // TRACE would show the credential, CONNECT would open a tunnel. (WebSocket over HTTP/2 is a CONNECT of its own kind.)
            if (method.AsSpan().ContainsAnyExcept(MethodCharacters) || HttpMethods.IsTrace(method) || HttpMethods.IsConnect(method))
            {
                throw new SettingException(
                    Setting, $"\"{method}\" is not allowed; allowed are methods in capitals except TRACE and CONNECT, default {DefaultMethods}");
            }
        }

        return methods.Length > 0
            ? new ValidationOptions(methods.ToFrozenSet(StringComparer.Ordinal), string.Join(", ", methods))
            : throw new SettingException(Setting, $"\"{setting}\" names no method; allowed is a list such as {DefaultMethods}");
    }
}
