using Gateway.Hosting;
using Gateway.UsageProcessor;

return await ServiceHost.RunAsync(() => UsageProcessorApplication.Build(args));
