using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Gateway.Hosting.Kafka;

/// <summary>
/// Makes Confluent.Kafka use the operating system's librdkafka (Debian: librdkafka1), see
/// docs/decisions/0002-packages-the-machine-provides.md. Must come before the first client.
/// </summary>
public static class Librdkafka
{
    private const string SystemLibrary = "librdkafka.so.1";

    /// <summary>Can be called any number of times.</summary>
    public static void UseSystemLibrary() => RuntimeHelpers.RunClassConstructor(typeof(Resolver).TypeHandle);

    private static class Resolver
    {
        static Resolver() => NativeLibrary.SetDllImportResolver(
            typeof(Library).Assembly,
            static (name, assembly, path) => name.Contains("librdkafka", StringComparison.Ordinal)
                ? NativeLibrary.Load(SystemLibrary, assembly, path)
                : nint.Zero);
    }
}
