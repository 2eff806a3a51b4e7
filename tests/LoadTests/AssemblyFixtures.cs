[assembly: AssemblyFixture(typeof(Gateway.Testing.TestServers))]
