using Gateway.Contracts;
using Gateway.Database;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Settings;

/// <summary>Takes the variables that contain passwords from files, where <c>DATABASE_URL_FILE</c> and its like name one.</summary>
internal static class SecretFiles
{
    /// <summary>Reads each file once: whoever changes one starts the process again.</summary>
    /// <exception cref="SettingException">A variable is set twice, or its file cannot be read.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        foreach (var name in EnvironmentVariables.Secrets)
        {
            try
            {
                configuration.AddInMemoryCollection([new(name, SecretVariable.Read(variable => configuration[variable], name))]);
            }
            catch (FormatException exception)
            {
                throw new SettingException(name, exception.Message);
            }
        }
    }
}
