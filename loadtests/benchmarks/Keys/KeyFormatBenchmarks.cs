using BenchmarkDotNet.Attributes;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Benchmarks.Keys;

/// <summary>What is done with the text of a key before it is looked up.</summary>
[InProcess]
[MemoryDiagnoser]
public class KeyFormatBenchmarks
{
    private readonly string _key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
    private readonly string _mistyped;

    /// <summary>A key, and the same with one character that is another.</summary>
    public KeyFormatBenchmarks()
    {
        var characters = _key.ToCharArray();
        characters[20] = characters[20] == 'a' ? 'b' : 'a';
        _mistyped = new string(characters);
    }

    /// <summary>Form and checksum of a key that is right.</summary>
    [Benchmark]
    public bool Checksum() => ApiKeyFormat.IsWellFormed(_key);

    /// <summary>Form and checksum of one that is not: refused without a look-up.</summary>
    [Benchmark]
    public bool ChecksumOfATypingError() => ApiKeyFormat.IsWellFormed(_mistyped);

    /// <summary>Its SHA-256.</summary>
    [Benchmark]
    public ApiKeyHash Hash() => ApiKeyHash.Of(_key);

    /// <summary>All of it.</summary>
    [Benchmark]
    public ApiKeyHash? ChecksumAndHash() => ApiKeyFormat.IsWellFormed(_key) ? ApiKeyHash.Of(_key) : null;
}
