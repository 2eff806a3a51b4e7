using Gateway.Testing;

[assembly: AssemblyFixture(typeof(TestServers))]

// The tests wait for servers and groups most of the time, not for the processor.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
