using System.Globalization;
using Gateway.ApiKeys.Restrictions;
using Gateway.Contracts.ApiKeys;
using Gateway.Hosting.Settings;
using Gateway.RateLimiting.Limits;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Proxying.Routes;

/// <summary>
/// All that a route's <c>Metadata</c> may say. What is misspelled here would leave a route open to every key, or without
/// its limit, and nobody would notice.
/// </summary>
internal static class RouteMetadata
{
    /// <summary>What is wrong with a value, null for nothing.</summary>
    private delegate string? ValueCheck(string value);

    private static readonly ValueCheck Units = static value => CheckNumber(value, 0, RouteLimits.MaximumUnits);
    private static readonly ValueCheck BucketUnits = static value => CheckNumber(value, 1, BucketSize.Maximum);

    private static readonly Dictionary<string, ValueCheck> Known = new(StringComparer.Ordinal)
    {
        [RestrictionsMiddleware.RequiredScope] = static value =>
            ApiKeyScope.IsWellFormed(value) ? null : $"\"{value}\" is no scope; allowed is {ApiKeyScope.Allowed}",
        [RouteLimits.UnitsName] = Units,
        [RouteLimits.PerMinuteName] = BucketUnits,
        [RouteLimits.BurstPerMinuteName] = BucketUnits,
        [RouteLimits.ShadowLimitName] = static value =>
            bool.TryParse(value, out _) ? null : $"\"{value}\" is not allowed; allowed is true or false",
        [RouteLimits.WhenRedisIsDownName] = static value => RouteLimits.Outages.ContainsKey(value)
            ? null
            : $"\"{value}\" is not allowed; allowed is {string.Join(", ", RouteLimits.Outages.Keys.Order(StringComparer.Ordinal))}",
    };

    private static readonly string KnownNames = $"{string.Join(", ", Known.Keys)}, {RouteLimits.MethodUnitsPrefix}GET and the like";

    /// <param name="route">What to look at.</param>
    /// <param name="settingPrefix">What the names of its settings begin with.</param>
    /// <param name="methods">The methods that are forwarded at all.</param>
    /// <exception cref="SettingException">Something makes no sense.</exception>
    public static void Validate(RouteConfig route, string settingPrefix, IReadOnlySet<string> methods)
    {
        if (route.Metadata is not { } metadata)
        {
            return;
        }

        foreach (var (name, value) in metadata)
        {
            if (CheckOf(name, methods) is not { } check)
            {
                throw new SettingException(settingPrefix + name, Unknown(name, methods));
            }

            if (check(value) is { } problem)
            {
                throw new SettingException(settingPrefix + name, problem);
            }
        }

        foreach (var dependent in (string[])[RouteLimits.BurstPerMinuteName, RouteLimits.ShadowLimitName])
        {
            if (metadata.ContainsKey(dependent) && !metadata.ContainsKey(RouteLimits.PerMinuteName))
            {
                throw new SettingException(settingPrefix + dependent, $"says something of a limit that is not there; allowed is beside {RouteLimits.PerMinuteName}");
            }
        }

        RequireThatRequestsFit(RouteLimits.Read(route), metadata, settingPrefix);
    }

    private static ValueCheck? CheckOf(string name, IReadOnlySet<string> methods)
    {
        if (name.StartsWith(RouteLimits.MethodUnitsPrefix, StringComparison.Ordinal))
        {
            return methods.Contains(name[RouteLimits.MethodUnitsPrefix.Length..]) ? Units : null;
        }

        return Known.GetValueOrDefault(name);
    }

    private static string Unknown(string name, IReadOnlySet<string> methods) =>
        name.StartsWith(RouteLimits.MethodUnitsPrefix, StringComparison.Ordinal)
            ? $"names no method that is forwarded; allowed are {string.Join(", ", methods.Order(StringComparer.Ordinal))}"
            : $"is not known; allowed are {KnownNames}";

    /// <summary>What costs more than the bucket ever holds would be refused for ever, and told to try again.</summary>
    private static void RequireThatRequestsFit(RouteLimits limits, IReadOnlyDictionary<string, string> metadata, string settingPrefix)
    {
        if (limits.PerMinute is not { IsShadow: false } terms)
        {
            return;
        }

        foreach (var name in metadata.Keys.Where(static name => name == RouteLimits.UnitsName || name.StartsWith(RouteLimits.MethodUnitsPrefix, StringComparison.Ordinal)))
        {
            if (long.Parse(metadata[name], NumberStyles.None, CultureInfo.InvariantCulture) > terms.Size.Burst)
            {
                throw new SettingException(
                    settingPrefix + name, $"\"{metadata[name]}\" is more than the route's limit ever holds; allowed is {terms.Size.Burst} at most, or a larger {RouteLimits.BurstPerMinuteName}");
            }
        }
    }

    private static string? CheckNumber(string value, long minimum, long maximum) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? null
            : $"\"{value}\" is not allowed; allowed is a whole number from {minimum} to {maximum}";
}
