namespace Gateway.Hosting.Settings;

/// <summary>A setting that the process cannot start with.</summary>
/// <param name="setting">Its name, as the operator wrote it: <c>DATABASE_URL</c>, <c>Listen:ProxyPort</c>.</param>
/// <param name="problem">What is wrong with it and what is allowed. Never contains a secret.</param>
public sealed class SettingException(string setting, string problem) : Exception($"{setting}: {problem}");
