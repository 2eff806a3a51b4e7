using Gateway.Contracts;

namespace Gateway.Database;

/// <summary>
/// Reads variables whose values contain passwords. Each can be given in a file instead, which the variable of the same name with
/// <c>_FILE</c> names: that is how Docker and Kubernetes hand secrets over, and unlike an environment it is seen by nobody else.
/// </summary>
public static class SecretVariable
{
    /// <summary>The value, from wherever it is; <c>null</c> or empty where it is not set. Line ends at a file's end are not part of it.</summary>
    /// <param name="variable">Answers a variable as it is set.</param>
    /// <param name="name">Which; other than those of <see cref="EnvironmentVariables.Secrets"/> have no file.</param>
    /// <exception cref="FormatException">It is set twice, or its file cannot be read. One line that says what is wrong, without anything that is in the file.</exception>
    public static string? Read(Func<string, string?> variable, string name)
    {
        var fileVariable = name + EnvironmentVariables.FileSuffix;
        if (!EnvironmentVariables.Secrets.Contains(name) || variable(fileVariable) is not { Length: > 0 } path)
        {
            return variable(name);
        }

        return string.IsNullOrEmpty(variable(name))
            ? ReadFile(fileVariable, path)
            : throw new FormatException($"{fileVariable} is set as well; set one of them");
    }

    /// <summary>The secret in a file.</summary>
    /// <param name="subject">What names the file, such as a variable, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">It cannot be read, is empty or has several lines.</exception>
    public static string ReadFile(string subject, string path)
    {
        string content;
        try
        {
            content = File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{subject} names {path}, which {Reason(exception)}", exception);
        }

        return content switch
        {
            "" => throw new FormatException($"{subject} names {path}, which is empty"),
            _ when content.AsSpan().ContainsAny('\r', '\n') => throw new FormatException($"{subject} names {path}, which has more than one line"),
            _ => content,
        };
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        UnauthorizedAccessException => "this user may not read, or is a folder",
        _ => "cannot be read",
    };
}
