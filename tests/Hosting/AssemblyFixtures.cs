using Gateway.Testing;

[assembly: AssemblyFixture(typeof(TestServers))]
