namespace Gateway.UsageProcessor.Storage;

/// <summary>The connection over which the offsets were read is gone. They have to be read again before anything is written.</summary>
internal sealed class ConnectionLostException() : Exception("the connection to the database was lost");
