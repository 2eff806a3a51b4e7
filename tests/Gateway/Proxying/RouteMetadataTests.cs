using Gateway.Hosting.Settings;
using Gateway.Proxying.Routes;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Tests.Proxying;

public sealed class RouteMetadataTests
{
    private const string Prefix = "ReverseProxy:Routes:reports:Metadata:";

    private static readonly HashSet<string> Methods = ["GET", "POST", "PROPFIND"];

    [Theory]
    [InlineData("RequiredScope=reports:read;Units=0;Units.GET=0;Units.PROPFIND=1000000;PerMinute=1000000000000;BurstPerMinute=1000000;ShadowLimit=True;WhenRedisIsDown=closed")]
    [InlineData("Units=5;PerMinute=1;BurstPerMinute=5")]
    [InlineData("Units=50;PerMinute=5;ShadowLimit=true")]
    public void What_makes_sense_is_taken(string metadata) => Validate(metadata);

    [Theory]
    [InlineData("units=5", "units", "is not known; allowed are RequiredScope, Units, PerMinute, BurstPerMinute, ShadowLimit, WhenRedisIsDown, Units.GET and the like")]
    [InlineData("Unit=5", "Unit", "is not known")]
    [InlineData("Units.=5", "Units.", "names no method that is forwarded; allowed are GET, POST, PROPFIND")]
    [InlineData("Units.PSOT=5", "Units.PSOT", "names no method")]
    [InlineData("Units.get=5", "Units.get", "names no method")]
    [InlineData("Units.CONNECT=5", "Units.CONNECT", "names no method")]
    [InlineData("Units=-1", "Units", "\"-1\" is not allowed; allowed is a whole number from 0 to 1000000")]
    [InlineData("Units=1000001", "Units", "allowed is a whole number")]
    [InlineData("Units=1.5", "Units", "allowed is a whole number")]
    [InlineData("Units=", "Units", "allowed is a whole number")]
    [InlineData("Units.POST=many", "Units.POST", "allowed is a whole number")]
    [InlineData("PerMinute=0", "PerMinute", "allowed is a whole number from 1 to 1000000000000")]
    [InlineData("PerMinute=5;BurstPerMinute=0", "BurstPerMinute", "allowed is a whole number from 1")]
    [InlineData("BurstPerMinute=5", "BurstPerMinute", "allowed is beside PerMinute")]
    [InlineData("ShadowLimit=true", "ShadowLimit", "allowed is beside PerMinute")]
    [InlineData("PerMinute=5;ShadowLimit=yes", "ShadowLimit", "allowed is true or false")]
    [InlineData("WhenRedisIsDown=Open", "WhenRedisIsDown", "allowed is closed, local-share, open")]
    [InlineData("Units=6;PerMinute=5", "Units", "is more than the route's limit ever holds; allowed is 5 at most")]
    [InlineData("Units.POST=6;PerMinute=50;BurstPerMinute=5", "Units.POST", "is more than the route's limit ever holds")]
    [InlineData("RequiredScope=Reports", "RequiredScope", "is no scope")]
    public void What_makes_no_sense_is_named_with_what_is_allowed(string metadata, string named, string problem)
    {
        var exception = Assert.Throws<SettingException>(() => Validate(metadata));

        Assert.StartsWith($"{Prefix}{named}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    private static void Validate(string metadata) => RouteMetadata.Validate(
        new RouteConfig { RouteId = "reports", Metadata = metadata.Split(';').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]) },
        Prefix,
        Methods);
}
