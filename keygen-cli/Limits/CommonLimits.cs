namespace Gateway.Keygen.Limits;

/// <summary>An organization's limits for all that it does; where one is <c>null</c> the gateway's default holds.</summary>
/// <param name="OrganizationId">Whose they are.</param>
/// <param name="OrganizationName">Its name.</param>
/// <param name="PerMinute">Evenly refilled within a minute.</param>
/// <param name="PerDay">Evenly refilled within a day.</param>
/// <param name="AreShadow">Whether none of its limits refuses anything, the defaults and those of keys and routes included.</param>
internal record CommonLimits(Guid OrganizationId, string OrganizationName, Limit? PerMinute, Limit? PerDay, bool AreShadow);
