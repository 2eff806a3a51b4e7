using Gateway.Database.Commands;

return await GatewayDatabaseCommand.RunAsync(args, CommandEnvironment.OfThisProcess(), CancellationToken.None);
