using Gateway.LocalStack.Demo;
using Gateway.LocalStack.TestResults;
using Gateway.LocalStack.Up;

// What the script `dev` calls; people call `./dev`.
switch (args)
{
    case ["up"]:
        return await UpCommand.RunAsync();
    case ["demo"]:
        return await DemoCommand.RunAsync();
    case ["test-results", var folder, .. var projects]:
        return TestResultsCommand.Run(folder, projects, Console.Out);
    default:
        await Console.Error.WriteLineAsync("usage: gateway-local up | demo | test-results FOLDER PROJECT…");
        return 2;
}
