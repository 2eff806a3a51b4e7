using Gateway.Contracts;
using Gateway.Hosting.Settings;
using Gateway.Keygen.Commands;
using Microsoft.Extensions.Configuration;

namespace Gateway.Keygen.Connections;

/// <summary>The Kafka of <c>KAFKA_BOOTSTRAP_SERVERS</c>.</summary>
internal static class KafkaServers
{
    /// <exception cref="CommandException">The variable is not set or cannot be read.</exception>
    public static string Of(Surroundings surroundings)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddInMemoryCollection([new(EnvironmentVariables.KafkaBootstrapServers, surroundings.Variable(EnvironmentVariables.KafkaBootstrapServers))])
                .Build()
                .KafkaBootstrapServers();
        }
        catch (SettingException exception)
        {
            throw new CommandException(ExitCode.Usage, exception.Message);
        }
    }
}
